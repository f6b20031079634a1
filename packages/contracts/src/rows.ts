import type * as z from 'zod';
import { AppError, assert, toWireError, type WireError } from './errors.ts';

/**
 * A contract: one row is one method, named with dots, since the name is also a path
 * (`POST /api/<row>`). Requests and responses are schemas; nothing else may cross.
 */
export type Contract = Readonly<Record<string, { request: z.ZodType; response: z.ZodType }>>;

export type RowOf<C extends Contract> = keyof C & string;
export type RowRequest<C extends Contract, Row extends keyof C> = z.infer<C[Row]['request']>;
export type RowResponse<C extends Contract, Row extends keyof C> = z.infer<C[Row]['response']>;

/** Errors cross a door as values: a thrown one would lose its code, or leak its text. */
export type RowResult<Body = unknown> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly error: WireError };

/** The code behind each row. `context` says who asks; a handler never sees the door. */
export type RowHandlers<C extends Contract, Context> = {
  readonly [Row in keyof C]: (
    request: RowRequest<C, Row>,
    context: Context,
  ) => RowResponse<C, Row> | Promise<RowResponse<C, Row>>;
};

/** The caller's view of a contract: one method a row, failures as values. */
export type RowApi<C extends Contract> = {
  readonly [Row in keyof C]: (request: RowRequest<C, Row>) => Promise<RowResult<RowResponse<C, Row>>>;
};

/**
 * Answers one request of any door. Never throws.
 *
 * This is the one place where a request is checked, and where our own answer is: a handler that
 * breaks its contract is a bug that shows in the first test that calls it.
 */
export async function answerRow<C extends Contract, Context>(deps: {
  contract: C;
  handlers: RowHandlers<C, Context>;
  context: Context;
  row: string;
  request: unknown;
  reportUnexpected: (error: unknown, row: string) => void;
}): Promise<RowResult> {
  const { contract, handlers, context, row, request, reportUnexpected } = deps;
  try {
    const schema = Object.hasOwn(contract, row) ? contract[row] : undefined;
    if (schema === undefined) {
      throw new AppError('UNKNOWN_ROW', 'There is no such row.');
    }
    const parsed = schema.request.safeParse(request);
    if (!parsed.success) {
      throw new AppError('BAD_REQUEST', `The request does not fit ${row}.`, {
        details: { at: issuePath(parsed.error) },
      });
    }
    const handler = handlers[row as keyof C] as (request: unknown, context: Context) => unknown;
    const body = await handler(parsed.data, context);
    const checked = schema.response.safeParse(body);
    assert(checked.success, `the answer fits ${row}`);
    return { ok: true, body: checked.data };
  } catch (error) {
    if (!(error instanceof AppError)) reportUnexpected(error, row);
    return { ok: false, error: toWireError(error) };
  }
}

/** Where a request was wrong: names of our own fields and indexes, never its content. */
export function issuePath(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? '' : issue.path.map(String).join('.').slice(0, 100);
}
