import { deserialize as fromWire, type SuperJSONResult } from "superjson";
import type * as z from "zod";
import { header, type Contract, type Header, type MessageOf } from "./envelope.ts";
import { toSuperjson } from "./superjson.ts";

/** What stands on a queue: superjson's `{json, meta}`, sent with content type json. */
export type Wire = SuperJSONResult;

/** `newer_version` is the only one that a deployment can mend. */
export type UndecodableCode = "not_an_envelope" | "unknown_type" | "newer_version" | "no_upgrade" | "invalid_data";

/** Why a wire message could not be read; `header` is there whenever that part was readable. */
export class UndecodableError extends Error {
  override readonly name = "UndecodableError";
  readonly code: UndecodableCode;
  readonly header: Header | undefined;

  constructor(code: UndecodableCode, message: string, options: { header?: Header; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.header = options.header;
  }
}

/** Throws a ZodError when the data does not fit its contract: a sender's bug, found at the sender. */
export function encode<C extends Contract>(contract: C, message: MessageOf<C>): Wire {
  const { data, ...rest } = message;
  return toSuperjson({ ...header.parse(rest), data: contract.data.parse(data) });
}

/**
 * Reads a wire body by the contracts of its queue. Older versions are upgraded step by step.
 * Throws {@link UndecodableError} that says which part failed.
 */
export function decode<C extends Contract>(contracts: readonly C[], body: unknown): MessageOf<C> {
  const read = decodeHeader(body);
  if (!read) throw new UndecodableError("not_an_envelope", "the body is not an envelope");
  const { known, data } = read;
  const contract = contracts.find((each) => each.type === known.type);
  if (!contract) {
    throw new UndecodableError("unknown_type", `no contract of this queue is called ${known.type}`, { header: known });
  }
  if (known.v > contract.version) {
    throw new UndecodableError(
      "newer_version",
      `${known.type} version ${known.v} is newer than this Worker (${contract.version}); deploy it first`,
      { header: known },
    );
  }
  let current = data;
  for (let version = known.v; version < contract.version; version += 1) {
    const step = contract.upgrade[version];
    if (!step) {
      throw new UndecodableError("no_upgrade", `${known.type} has no step up from version ${version}`, {
        header: known,
      });
    }
    current = step(current);
  }
  const parsed = contract.data.safeParse(current);
  if (!parsed.success) {
    throw new UndecodableError("invalid_data", `${known.type}: ${firstProblem(parsed.error)}`, {
      header: known,
      cause: parsed.error,
    });
  }
  // The contract was found by the header's type, so type, version and data belong together.
  return { ...known, v: contract.version, data: parsed.data } as MessageOf<C>;
}

/**
 * The same message in another life. Its data stays as it is, in whatever version; undefined when the body is not an
 * envelope or its annotations cannot be followed.
 */
export function relabel(body: unknown, life: Pick<Header, "generation" | "replayId">): Wire | undefined {
  if (typeof body !== "object" || body === null || !("json" in body)) return undefined;
  let whole: unknown;
  try {
    whole = fromWire({ json: body.json, ...("meta" in body ? { meta: body.meta } : {}) } as Wire);
  } catch {
    return undefined;
  }
  if (!header.safeParse(whole).success) return undefined;
  return toSuperjson(Object.assign({}, whole, life));
}

/** The readable part of any body, or undefined; never throws. */
export function decodeHeader(body: unknown): { known: Header; data: unknown } | undefined {
  const whole = deserialize(body);
  if (typeof whole !== "object" || whole === null) return undefined;
  const parsed = header.safeParse(whole);
  return parsed.success ? { known: parsed.data, data: "data" in whole ? whole.data : undefined } : undefined;
}

function deserialize(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("json" in body)) return undefined;
  // superjson checks its own annotations and throws on those it cannot follow.
  const wire = body as Wire;
  try {
    return fromWire(wire);
  } catch {
    return headerWithoutAnnotations(wire);
  }
}

/** When annotations inside `data` are broken, the header's one Date is still known by name. */
function headerWithoutAnnotations(wire: Wire): unknown {
  if (typeof wire.json !== "object" || wire.json === null || Array.isArray(wire.json)) return undefined;
  const { data: _unreadable, occurredAt, ...rest } = wire.json as Record<string, unknown>;
  return { ...rest, occurredAt: new Date(String(occurredAt)) };
}

/** The first problem of a ZodError as `path: message`. */
export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return "invalid";
  const path = issue.path.join(".");
  // What follows the word `key` is hidden wherever people read it.
  const message = issue.code === "unrecognized_keys" ? `there is no ${issue.keys.join(", ")}` : issue.message;
  return path === "" ? message : `${path}: ${message}`;
}
