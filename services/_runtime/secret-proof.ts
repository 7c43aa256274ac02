import { isSecretName, proofsOfAll, valuesOf } from "#contracts/secret-proof";

/** As many HMACs for a secret that is missing as for one that is being rotated. */
const SLOTS = 2;

/** Proves each of these secrets of this Worker over the nonce, and never shows one. */
export async function proofsOf(
  env: object,
  names: readonly string[],
  nonce: string,
): Promise<{ name: string; proofs: string[] }[]> {
  return Promise.all(
    names.filter(isSecretName).map(async (name) => {
      const found: unknown = Reflect.get(env, name);
      const values = typeof found === "string" ? valuesOf(found) : [];
      const slots = Array.from({ length: Math.max(SLOTS, values.length) }, (_, index) => values[index] ?? "missing");
      const proofs = await proofsOfAll(slots, { name, nonce });
      return { name, proofs: proofs.slice(0, values.length) };
    }),
  );
}
