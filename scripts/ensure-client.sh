#!/bin/sh
# Lay in what the site serves to browsers besides its own pages (a Python and a DuckDB) below
# site/client/runtime, or say in one sentence what is missing for that. Everything is pinned by its hash.
# Usage: ensure-client.sh PYTHON
set -eu
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../site/client"

if ! command -v npm >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "the site's calculator and SQL page need npm; install it (on Debian: sudo apt-get install npm), then run make again" >&2
        exit 1
    fi
    echo "installing npm"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
fi
echo "laying in what the site serves to browsers"
npm ci --silent
rm -rf runtime.new
mkdir -p runtime.new/python runtime.new/duckdb

for name in pyodide.mjs pyodide.asm.mjs pyodide.asm.wasm python_stdlib.zip pyodide-lock.json; do
    cp "node_modules/pyodide/$name" runtime.new/python/
done
"$python" -m pip --disable-pip-version-check -qq download --no-deps --require-hashes --only-binary :all: \
    --platform pyemscripten_2026_0_wasm32 --python-version 314 --implementation cp \
    -d runtime.new/python/wheels -r ../../requirements/browser.txt

cp node_modules/@duckdb/duckdb-wasm/dist/duckdb-eh.wasm node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js runtime.new/duckdb/
node_modules/.bin/esbuild node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser.mjs --bundle --minify --format=esm \
    --log-level=error --outfile=runtime.new/duckdb/duckdb.mjs

for name in pyodide @duckdb/duckdb-wasm apache-arrow; do
    licence=$(ls "node_modules/$name" | grep -iE '^licen[cs]e' | head -n 1 || true)
    printf '%s %s\n' "$name" "$(node -p "const p = require('./node_modules/$name/package.json'); p.version + ', ' + p.license")"
    if [ -n "$licence" ]; then cat "node_modules/$name/$licence"; fi
    printf '\n\n'
done > runtime.new/LICENSES.txt

rm -rf runtime
mv runtime.new runtime
