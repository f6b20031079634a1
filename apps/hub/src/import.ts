import { type FileHandle, open } from 'node:fs/promises';
import { AppError, Operation, OPERATIONS_PER_BATCH_MAX } from '@shimabashi/contracts';
import { createResourceValidator } from '@shimabashi/clinical/validation';
import { type PushDeps, pushOperations } from './chart/push.ts';
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import { openStores } from './hub.ts';
import { applySeed, readSeedFile } from './seed.ts';

/** What the operations of an import name as their device. */
const IMPORT_DEVICE_ID = 'import';
const EXIT_CONFIG = 78;
const EXIT_DATA = 65;

/**
 * Brings history into a hub that is not running: one `Operation` a line, in the order of its making.
 *
 * Each is judged as a pushed one is. Importing the same file again changes nothing. What does not fit
 * is named by line and code, never by content, and the exit code is 65 (`EX_DATAERR` of sysexits).
 */
async function importFile(path: string): Promise<number> {
  const config = readConfig(process.env);
  const file = await openFile(path);
  const stores = openStores(config);
  try {
    if (config.seedFile !== undefined) {
      await applySeed({ store: stores.store, seed: readSeedFile(config.seedFile), nowMs: systemClock.nowMs });
    }
    const deps: PushDeps = {
      log: stores.log,
      store: stores.store,
      receipts: stores.receipts,
      validateResource: createResourceValidator().validate,
      nowMs: systemClock.nowMs,
      onAccepted: () => {},
      // History raises no alarms.
      onPushed: () => {},
      reportUnexpected: error => process.stderr.write(`unexpected ${(error as Error).name}\n`),
    };
    return await importLines(file, deps);
  } finally {
    stores.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path).catch(() => undefined);
  // A folder can be opened too, and fails only at the first line.
  if (file === undefined || (await file.stat()).isDirectory()) {
    await file?.close();
    throw new AppError('CONFIG_INVALID', 'The file cannot be read.');
  }
  return file;
}

async function importLines(file: FileHandle, deps: PushDeps): Promise<number> {
  let refused = 0;
  let kept = 0;
  let batch: { line: number; operation: Operation }[] = [];
  const flush = (): void => {
    const lines = new Map(batch.map(({ line, operation }) => [operation.operationId, line]));
    for (const [clinicId, ofClinic] of Map.groupBy(batch, ({ operation }) => operation.clinicId)) {
      const device = { deviceId: IMPORT_DEVICE_ID, clinicId };
      const { results } = pushOperations(
        deps,
        device,
        ofClinic.map(({ operation }) => operation),
      );
      for (const result of results) {
        if (result.outcome !== 'rejected') kept += 1;
        else refuse(lines.get(result.operationId) ?? 0, result.code);
      }
    }
    batch = [];
  };
  const refuse = (line: number, code: string): void => {
    refused += 1;
    process.stderr.write(`line ${line}: ${code}\n`);
  };
  let number = 0;
  for await (const line of file.readLines()) {
    number += 1;
    if (line.trim() === '') continue;
    const operation = readOperation(line);
    if (operation === undefined) refuse(number, 'BAD_REQUEST');
    else batch.push({ line: number, operation });
    if (batch.length === OPERATIONS_PER_BATCH_MAX) flush();
  }
  flush();
  process.stdout.write(`${kept} kept, ${refused} refused\n`);
  return refused;
}

function readOperation(line: string): Operation | undefined {
  try {
    return Operation.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // Not JSON: the caller names the line.
  }
}

try {
  const path = process.argv[2];
  if (path === undefined) throw new AppError('CONFIG_INVALID', 'Which file? One operation a line, as JSON.');
  process.exitCode = (await importFile(path)) === 0 ? 0 : EXIT_DATA;
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_CONFIG;
}
