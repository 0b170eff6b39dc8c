#!/bin/sh
# Build the site's pages with Zensical, the successor of MkDocs Material, and say whether the same pages come out.
# It never fails: a warning says what did not work. The pages are those in FOLDER, else in site/generated, where kb site
# leaves them.
# Usage: try_zensical.sh [PYTHON [FOLDER]]
set -u
cd "$(dirname "$0")/.."
root=$(pwd)
python=${1:-$root/.venv/bin/python}
pages=${2:-site/generated}
venv=$root/.venv-zensical

warn() {
    echo "warning: $*"
    exit 0
}

[ -d "$pages" ] || warn "there are no pages to build: run kb site first"

if [ ! -e "$venv/stamp" ] || [ requirements/zensical.txt -nt "$venv/stamp" ]; then
    echo "installing Zensical into .venv-zensical"
    rm -rf "$venv"
    "$python" -m venv "$venv" || warn "no virtual environment could be made"
    "$venv/bin/python" -m pip --disable-pip-version-check -qq install --no-deps --require-hashes \
        -r requirements/zensical.txt 2>"$venv/pip.log" || warn "Zensical could not be installed: $(tail -n 1 "$venv/pip.log")"
    touch "$venv/stamp"
fi

# Zensical takes pages only from below its configuration, and leaves a cache there.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cp -R site/mkdocs.yml site/theme "$scratch/"
cp -R "$pages" "$scratch/generated"
cd "$scratch" || warn "$scratch cannot be entered"
env -u KB_SITE_PAGES PYTHONPATH="$root" "$venv/bin/zensical" build --config-file mkdocs.yml >log.txt 2>&1 ||
    warn "Zensical does not build the pages: $(grep -v '^$' log.txt | tail -n 3 | tr '\n' ' ')"

# Pages that hold nothing but a way to another one are written after MkDocs has run.
missing=0
built=0
for page in $(cd generated && find . -name '*.md' | sort); do
    case $page in
        */index.md) html=build/${page%.md}.html ;;
        *) html=build/${page%.md}/index.html ;;
    esac
    if [ -f "$html" ]; then
        built=$((built + 1))
    else
        missing=$((missing + 1))
        [ "$missing" -gt 5 ] || echo "warning: $page is missing"
    fi
done
[ "$missing" = 0 ] || warn "Zensical left out $missing pages"
complaints=$(grep -ci 'warning\|error' log.txt)
[ "$complaints" = 0 ] || echo "warning: Zensical complains $complaints times; the first: $(grep -im 1 'warning\|error' log.txt)"
echo "Zensical $("$venv/bin/zensical" --version | grep -o '[0-9][0-9.]*') builds all $built pages"
