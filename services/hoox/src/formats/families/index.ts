import type { Fields } from "../fields.ts";
import { autoview } from "./autoview.ts";
import { cryptoGnome } from "./crypto-gnome.ts";
import { fabston } from "./fabston.ts";
import type { Family } from "./family.ts";
import { hoox } from "./hoox.ts";
import { junta } from "./junta.ts";
import { robswc } from "./robswc.ts";
import { thibaultyou } from "./thibaultyou.ts";
import { threeCommas } from "./three-commas.ts";
import { tradersPost } from "./traders-post.ts";
import { tvbit } from "./tvbit.ts";

/** The first that recognises an alert reads it. */
export const families: readonly Family[] = [
  threeCommas,
  tradersPost,
  thibaultyou,
  junta,
  cryptoGnome,
  tvbit,
  autoview,
  robswc,
  fabston,
  hoox,
];

/** Objects that hold a part of the order: what stands in them is read as if it stood beside them. */
const CONTAINERS = ["order", "strategyinfo", "strategy", "payload"];

/** Whose alert it is; its fields are in words of the alias table afterwards. */
export function adapted(fields: Fields): Family {
  const family = families.find(({ recognises }) => recognises(fields)) ?? hoox;
  for (const container of CONTAINERS) fields.lift(container);
  family.adapt?.(fields);
  return family;
}
