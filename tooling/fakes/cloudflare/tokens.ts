import { Refusal } from "./http.ts";

export interface FakeToken {
  id: string;
  status: "active" | "disabled" | "expired";
  expiresOn?: Date;
  /** `Workers Scripts:Edit`, `Queues:Read`, …; `all` may do everything. */
  permissions: "all" | readonly string[];
}

/** Who may do what, as the API enforces it. */
export class Tokens {
  readonly #tokens = new Map<string, FakeToken>();

  add(value: string, token: Partial<FakeToken> = {}): void {
    const id = value
      .replaceAll(/[^a-z0-9]/gi, "")
      .slice(0, 32)
      .padEnd(32, "0");
    this.#tokens.set(value, { id, status: "active", permissions: "all", ...token });
  }

  /** Throws as the API refuses. */
  check(header: string | undefined, now: Date): FakeToken {
    const [, value] = /^Bearer ([\w-]{8,})$/.exec(header ?? "") ?? [];
    if (value === undefined) throw new Refusal(400, 6_003, "Invalid request headers");
    const token = this.#tokens.get(value);
    if (token === undefined) throw new Refusal(401, 10_000, "Authentication error");
    const expired = token.expiresOn !== undefined && token.expiresOn <= now;
    if (expired || token.status !== "active") throw new Refusal(401, 10_000, "Authentication error");
    return token;
  }

  allow(token: FakeToken, needs: string | undefined, level: "Read" | "Edit"): void {
    if (needs === undefined || token.permissions === "all") return;
    const { permissions } = token;
    if (permissions.includes(`${needs}:Edit`) || (level === "Read" && permissions.includes(`${needs}:Read`))) return;
    if (needs === "D1") {
      throw new Refusal(403, 7_403, "The given account is not valid or is not authorized to access this service");
    }
    throw new Refusal(403, 10_000, "Authentication error");
  }
}
