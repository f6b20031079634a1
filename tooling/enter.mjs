// The first file of every command. Plain JavaScript, so that an old Node can read it and say what is wrong
// instead of dying in a native module (better-sqlite3 13 ends Node 20 with a segmentation fault).
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const NODE_MAJOR_MIN = 24;
const major = Number(process.versions.node.split('.')[0]);
const target = process.argv[2];

if (major < NODE_MAJOR_MIN) {
  console.error(
    `Shimabashi needs Node ${NODE_MAJOR_MIN}; this is ${process.versions.node}. ` +
      'It brings its own: start it with "npx -y pnpm@12.21.0 <command>", as the README says.',
  );
  process.exit(1);
}
process.argv.splice(1, 2, resolve(target));
await import(pathToFileURL(resolve(target)).href);
