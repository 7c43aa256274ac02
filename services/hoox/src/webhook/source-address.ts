import { HttpError } from "#runtime/http-error";

/** TradingView's senders (support solution 43000529348, November 2026). They can change: name addresses instead when they do. */
const TRADINGVIEW = ["52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7"] as const;

export interface AddressList {
  /** False means that every source may send. */
  readonly restricted: boolean;
  includes(address: string): boolean;
}

export function refuseSource(source: string, allowed: AddressList): void {
  if (!allowed.restricted || allowed.includes(source)) return;
  throw new HttpError(403, "source_not_allowed", "alerts are not taken from this address", {
    hint: "the variable SOURCE_IPS lists who may send",
  });
}

interface Block {
  bytes: readonly number[];
  bits: number;
}

/**
 * Addresses and CIDR blocks, IPv4 or IPv6, separated by commas; `tradingview` stands for its senders. An empty
 * list restricts nothing. Throws an Error that names what it cannot read, so that a typo never opens the door.
 */
export function parseAddressList(text: string): AddressList {
  const entries = text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const blocks = entries.flatMap((entry) =>
    entry.toLowerCase() === "tradingview" ? TRADINGVIEW.map(blockOf) : [blockOf(entry)],
  );
  return {
    restricted: blocks.length > 0,
    includes(address) {
      const bytes = bytesOf(address.trim());
      return bytes !== undefined && blocks.some((block) => within(bytes, block));
    },
  };
}

function blockOf(entry: string): Block {
  const [address = "", length, ...rest] = entry.split("/");
  const bytes = bytesOf(address);
  const most = (bytes?.length ?? 0) * 8;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (bytes === undefined || rest.length > 0 || bits < 0 || bits > most) {
    throw new Error(`"${entry}" is not an IP address, a CIDR block or the word tradingview`);
  }
  return { bytes, bits };
}

function within(bytes: readonly number[], block: Block): boolean {
  if (bytes.length !== block.bytes.length) return false;
  for (let bit = 0; bit < block.bits; bit += 8) {
    const shift = Math.max(0, 8 - (block.bits - bit));
    const at = bit / 8;
    if ((bytes[at] ?? 0) >> shift !== (block.bytes[at] ?? 0) >> shift) return false;
  }
  return true;
}

/** 4 or 16 bytes; an IPv4 address in IPv6 clothes (`::ffff:1.2.3.4`) is the IPv4 address. */
function bytesOf(address: string): number[] | undefined {
  if (!address.includes(":")) return bytesOfV4(address);
  const bytes = bytesOfV6(address);
  const mapped = bytes?.every((byte, index) => index >= 12 || byte === (index >= 10 ? 0xff : 0));
  return mapped ? bytes?.slice(12) : bytes;
}

function bytesOfV4(address: string): number[] | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function bytesOfV6(address: string): number[] | undefined {
  const [head = "", tail, ...rest] = address.split("::");
  if (rest.length > 0) return undefined;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  if (before === undefined || after === undefined) return undefined;
  const gap = 16 - before.length - after.length;
  if (tail === undefined ? gap !== 0 : gap < 2) return undefined;
  return [...before, ...Array<number>(gap).fill(0), ...after];
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  for (const [index, group] of text.split(":").entries()) {
    const v4 = group.includes(".") && index === text.split(":").length - 1 ? bytesOfV4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}
