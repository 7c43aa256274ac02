import type { Fields } from "../fields.ts";

/** One system's alerts, as far as they are more than names of the alias table. */
export interface Family {
  readonly name: string;
  readonly recognises: (fields: Fields) => boolean;
  /** Puts what only this system says in words of the table. Refuses what it asks for and Hoox does not have. */
  readonly adapt?: (fields: Fields) => void;
}
