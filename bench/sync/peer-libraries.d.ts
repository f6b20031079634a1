// What we use of two libraries that come without types.
declare module 'pouchdb' {
  interface Database {
    bulkDocs(docs: readonly object[]): Promise<unknown>;
    put(doc: object): Promise<unknown>;
    info(): Promise<{ doc_count: number }>;
    changes(options: { live: true; since: 'now' }): {
      on(event: 'change', heard: (change: { id: string }) => void): void;
    };
    readonly replicate: {
      to(url: string, options?: { live?: boolean; retry?: boolean }): PromiseLike<unknown>;
    };
  }
  export interface DatabaseClass {
    new (name: string): Database;
    defaults(options: { prefix: string }): DatabaseClass;
  }
  const PouchDB: DatabaseClass;
  export default PouchDB;
}

declare module 'express-pouchdb' {
  import { type DatabaseClass } from 'pouchdb';
  const handlerOf: (
    database: DatabaseClass,
    options: { mode: 'minimumForPouchDB'; inMemoryConfig: true; logPath: string },
  ) => unknown;
  export default handlerOf;
}

declare module 'express' {
  import { type IncomingMessage, type ServerResponse } from 'node:http';
  interface Application {
    use(path: string, handler: unknown): void;
    (request: IncomingMessage, response: ServerResponse): void;
  }
  const express: () => Application;
  export default express;
}
