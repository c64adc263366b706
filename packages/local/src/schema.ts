import { KeyManagerError } from '@chatelaine/core'
import type { Database } from 'better-sqlite3'

// "chtl", so that file(1) and we can tell the file from other databases.
const applicationId = 0x6368746c

// The version of a file is the number of migrations it has seen. One that has been released is never changed again.
const migrations: readonly string[] = [
  `
  CREATE TABLE canary (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sealed TEXT NOT NULL
  ) STRICT;

  CREATE TABLE keks (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    seals INTEGER NOT NULL,
    wrapped TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX keks_active ON keks (project) WHERE active = 1;

  CREATE TABLE objects (
    number INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    id TEXT NOT NULL,
    kek_id TEXT NOT NULL REFERENCES keks (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    name TEXT,
    algorithm TEXT,
    bit_length INTEGER,
    extractable INTEGER,
    expiration INTEGER,
    created INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    sealed BLOB NOT NULL,
    mac BLOB NOT NULL,
    consumers TEXT,
    consumers_mac BLOB
  ) STRICT;
  CREATE UNIQUE INDEX objects_id ON objects (project, id);
  CREATE INDEX objects_name ON objects (project, name, id) WHERE name IS NOT NULL;
  CREATE INDEX objects_expiration ON objects (expiration) WHERE expiration IS NOT NULL;
  CREATE INDEX objects_kek ON objects (kek_id);
  `,
]

/** Whether the file is ours and of this version or an older one: `integrity` for a foreign file, `unsupported` for a newer one. */
export function checkSchema(database: Database, path: string): void {
  if (database.pragma('application_id', { simple: true }) !== applicationId) {
    throw new KeyManagerError('integrity', `open: ${path} is not a Chatelaine database, or is damaged`)
  }
  if (versionOf(database) > migrations.length) {
    const message = `open: ${path} has schema version ${versionOf(database)}, this release knows ${migrations.length}`
    throw new KeyManagerError('unsupported', message)
  }
}

/** Brings a file, empty or of an older version, to this version in one transaction. */
export function migrate(database: Database): void {
  if (versionOf(database) === migrations.length) return
  const run = () => {
    for (const migration of migrations.slice(versionOf(database))) database.exec(migration)
    database.pragma(`application_id = ${applicationId}`)
    database.pragma(`user_version = ${migrations.length}`)
  }
  database.transaction(run).immediate()
}

function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}
