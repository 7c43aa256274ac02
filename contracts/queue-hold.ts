/** Keys of CONFIG: `queue-hold:<queue>` keeps a local mesh from delivering that queue. */
export const HOLD_ENTRIES = "queue-hold:";

/** What stands there while it is held; no entry is no hold. */
export const HELD = "true";
