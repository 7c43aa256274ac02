import { Option } from "clipanion";
import type { Place } from "../secrets/place.ts";
import { HooxCommand } from "./base.ts";

/** Commands on what a mesh runs on: this machine, or an account. */
export abstract class PlaceCommand extends HooxCommand {
  target = Option.String("--target", { description: "The profile of the mesh that is meant" });
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's Workers, also where no profile is active",
  });

  async place(): Promise<Place> {
    const { findPlace } = await import("../secrets/place.ts");
    return findPlace(this.context, { target: this.target, remote: this.remote });
  }

  /** Every changing command says first what it is about to change. */
  namePlace(place: Place, local = ".dev.vars"): void {
    this.note(`target: ${placeText(place, local)}`);
  }
}

export function placeText({ local, account, mesh }: Place, here: string): string {
  if (local) return `local (${here})`;
  const where = [account && `account ${account.name}`, mesh?.target.url].filter(Boolean).join(", ");
  return `${mesh?.target.name ?? "remote"} (${where})`;
}
