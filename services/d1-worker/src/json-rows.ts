/** D1 takes a string of at most 2,000,000 bytes. */
const MAX_JSON_BYTES = 1_900_000;

/**
 * JSON arrays for `json_each(?1)` from the texts of their elements (each may hold several, separated by
 * commas): as few as D1's limit allows, normally one.
 */
export function jsonArrays(elements: readonly string[]): string[] {
  const arrays: string[] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const element of elements) {
    const size = utf8Bytes(element) + 1;
    if (chunk.length > 0 && bytes + size > MAX_JSON_BYTES) {
      arrays.push(`[${chunk.join(",")}]`);
      chunk = [];
      bytes = 0;
    }
    chunk.push(element);
    bytes += size;
  }
  if (chunk.length > 0) arrays.push(`[${chunk.join(",")}]`);
  return arrays;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
