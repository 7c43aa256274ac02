import * as z from "zod";
import { worker } from "../ids.ts";
import { isSecretName } from "../secret-proof.ts";
import { problems, route } from "./route.ts";

const name = z.string().refine(isSecretName, "is no name of a secret");
const names = z.array(name).min(1).max(40);

/** One proof per value, in their order: the first is the one that is sent. None: the secret is missing or empty. */
const proven = z.object({ name: z.string(), proofs: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

export type ProvenSecret = z.infer<typeof proven>;

/**
 * Every Worker but the gateway, which is public and gives its own to ops-worker alone. It asks for no key, because it
 * is there for the hour when keys differ; only service bindings reach it, and no value can be had from it.
 */
export const proofRoute = route({
  method: "POST",
  path: "/proof",
  body: z.object({ names, nonce: z.uuid() }),
  reply: z.object({ secrets: z.array(proven) }),
});

export const secretsQuery = z.object({
  names: z
    .string()
    .transform((text) => text.split(","))
    .pipe(names),
});

export const secretsReply = z.object({
  /** What the proofs are made over: the id of this request, which nobody but the gateway chooses. */
  nonce: z.uuid(),
  /** A Worker without `secrets` could not be asked; `problem` says why. */
  workers: z.array(z.object({ worker, secrets: z.array(proven).optional(), problem: z.string().optional() })),
});

/** Who changes a secret does so on the account, past the mesh: this is how it gets into the audit log. */
export const secretChangedRoute = route({
  method: "POST",
  path: "/ops/secrets/changes",
  body: z.object({
    name,
    change: z.enum(["set", "rotate", "delete"]),
    workers: z.array(worker).min(1),
    reason: z.string().trim().min(1).max(500),
  }),
  reply: z.object({ problems }),
});

export type SecretsReply = z.infer<typeof secretsReply>;
