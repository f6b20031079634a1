import * as z from 'zod';

// zod tries `new Function` to see whether it may compile schemas. The hub's content security policy
// says no, and every page would log a violation. Imported before any schema is made.
z.config({ jitless: true });
