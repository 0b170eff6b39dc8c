// DuckDB in a worker of this site's own, with the bundle's database attached and every door locked.
import { inflated } from "./inflated.js";
import { cell, eachOnce, isNumber, lost } from "./sql-cells.js";

const RUNTIME = new URL("../runtime/duckdb/", import.meta.url);
const DATABASE = new URL("../data/kb.duckdb.gz", import.meta.url);
// More rows than this are no answer to a person, and would fill the memory of a phone.
export const MOST_ROWS = 100_000;

// After these no statement opens a file, loads an extension, uses the network, or undoes them.
const LOCKS = [
  "SET autoinstall_known_extensions = false",
  "SET autoload_known_extensions = false",
  "SET memory_limit = '1GB'",
  "SET enable_external_access = false",
  "SET lock_configuration = true",
];

/** An engine that has been started; it answers one query at a time. */
export class Engine {
  #worker;
  #connection;

  constructor(worker, connection) {
    this.#worker = worker;
    this.#connection = connection;
  }

  /** Load engine and data; `progress` is told what is being loaded, and how far, as a share of 1. */
  static async start(progress) {
    const duckdb = await import(new URL("duckdb.mjs", RUNTIME).href);
    const worker = new Worker(new URL("duckdb-browser-eh.worker.js", RUNTIME));
    try {
      const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
      const failed = new Promise((_, reject) => {
        worker.addEventListener("error", () => reject(new Error("the engine's worker does not start")));
      });
      const ready = Engine.#prepare(database, progress);
      const connection = await Promise.race([ready, failed]);
      return new Engine(worker, connection);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  static async #prepare(database, progress) {
    progress("Loading the data", 0);
    const bytes = await inflated(DATABASE);
    await database.instantiate(new URL("duckdb-eh.wasm", RUNTIME).href, null, ({ bytesLoaded, bytesTotal }) => {
      progress("Loading the engine", bytesTotal ? Math.min(bytesLoaded / bytesTotal, 1) : 0);
    });
    progress("Opening the data", 1);
    await database.open({ path: ":memory:", query: { castTimestampToDate: false } });
    await database.registerFileBuffer("kb.duckdb", bytes);
    const connection = await database.connect();
    await connection.query("ATTACH 'kb.duckdb' AS kb (READ_ONLY)");
    await connection.query("USE kb");
    for (const lock of LOCKS) await connection.query(lock);
    return connection;
  }

  /** Run a statement; return names of columns, which of them are numbers, rows of texts, and whether rows were left. */
  async ask(statement) {
    try {
      return await this.#rows(statement);
    } catch (error) {
      throw new Error(sentence(error.message));
    }
  }

  async #rows(statement) {
    const reader = await this.#connection.send(statement, true);
    await reader.open();
    const fields = reader.schema.fields;
    const unreadable = fields.find((field) => lost(field.type));
    if (unreadable) {
      await this.#connection.cancelSent();
      throw new Error(`cast column ${unreadable.name} to VARCHAR: ${lost(unreadable.type)} cannot be shown`);
    }
    const rows = [];
    let more = false;
    for await (const batch of reader) {
      const columns = fields.map((_, index) => batch.getChildAt(index));
      for (let row = 0; row < batch.numRows && !more; row += 1) {
        if (rows.length === MOST_ROWS) more = true;
        else rows.push(columns.map((column, index) => cell(column.get(row), fields[index].type)));
      }
      if (more) break;
    }
    if (more) await this.#connection.cancelSent();
    const names = eachOnce(fields.map((field) => field.name));
    return { columns: names, numbers: fields.map((field) => isNumber(field.type)), rows, more };
  }

  /** End the engine, whatever it is in the middle of. */
  stop() {
    this.#worker.terminate();
  }
}

/** What the engine says, without its advice to load what it was told not to load. */
function sentence(message) {
  let words = message;
  try {
    const found = JSON.parse(message);
    words = `${found.exception_type} Error: ${found.exception_message}`;
  } catch {
    // Most messages are no JSON.
  }
  return words.split("\n\nPlease try installing")[0];
}
