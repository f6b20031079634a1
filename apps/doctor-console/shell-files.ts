import { type Plugin } from 'vite';

/** The name under which the worker stands for the list of files, as a whole word. */
const PLACE = /\bSHELL_FILES\b/g;

/** The file of the service worker: at the root, so that it may serve every page. */
export const WORKER_FILE = 'service-worker.js';

/**
 * Writes the names of what the page needs to open (scripts and styles, by the names that the build gave
 * them) into the service worker. Fonts are many small files and come as they are used.
 */
export function shellFiles(): Plugin {
  return {
    name: 'shimabashi:shell-files',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle[WORKER_FILE];
      if (worker === undefined || worker.type !== 'chunk') {
        this.error('There is no service worker in the build.');
      }
      const files = Object.keys(bundle)
        .filter(file => /^assets\/.*\.(js|css)$/.test(file))
        .toSorted()
        .map(file => `/${file}`);
      if (worker.imports.length > 0) this.error('The service worker has to stand alone.');
      worker.code = worker.code.replaceAll(PLACE, JSON.stringify(files));
    },
  };
}
