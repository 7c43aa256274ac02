import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parseDevVars } from "../dev-vars.ts";
import { runCli } from "../testing/run-cli.ts";

const TOKEN = `123456789:${"A".repeat(35)}`;
const OTHER = `987654321:${"B".repeat(35)}`;

describe("hoox init", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "hoox-init-"));
  });
  const file = (): string => join(root, ".dev.vars");
  const secrets = (): Readonly<Record<string, string>> => parseDevVars(readFileSync(file(), "utf8"));

  it("makes up the secrets, readable by nobody else, and says what comes next without showing one", async () => {
    const ran = await runCli(["init", "--yes"], { root });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/set {3}OPERATOR_KEY_BINDING/);
    expect(ran.stdout).toMatch(/Next\n {2}npm start\n$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    for (const value of Object.values(secrets()).filter(Boolean)) expect(ran.stdout + ran.stderr).not.toContain(value);
  });

  it("changes nothing when it is repeated", async () => {
    await runCli(["init", "--yes"], { root });
    const before = readFileSync(file(), "utf8");
    const ran = await runCli(["init", "--yes", "--json"], { root });

    expect(readFileSync(file(), "utf8")).toBe(before);
    expect(JSON.parse(ran.stdout)).toMatchObject({ set: [], kept: expect.arrayContaining(["OPERATOR_KEY_BINDING"]) });
  });

  it("asks for a bot's token, keeps it to itself and goes on to the chat", async () => {
    const ran = await runCli(["init"], { root, answer: TOKEN });

    expect(secrets()["TG_BOT_TOKEN_BINDING"]).toBe(TOKEN);
    expect(ran.stdout + ran.stderr).not.toContain(TOKEN);
    expect(ran.stdout).toContain("npx hoox telegram setup");
  });

  it("takes an empty answer for none", async () => {
    const ran = await runCli(["init"], { root, answer: "" });

    expect(ran.exitCode).toBe(0);
    expect(secrets()["TG_BOT_TOKEN_BINDING"]).toBe("");
    expect(ran.stdout).toContain("No Telegram bot");
  });

  it("takes the token from stdin", async () => {
    await runCli(["init", "--telegram-token-stdin"], { root, stdin: `${TOKEN}\n` });

    expect(secrets()["TG_BOT_TOKEN_BINDING"]).toBe(TOKEN);
  });

  it("never replaces a token or another secret", async () => {
    writeFileSync(file(), `# mine\nTG_BOT_TOKEN_BINDING=${OTHER}\nOPERATOR_KEY_BINDING=a,b\n`);
    const ran = await runCli(["init", "--telegram-token-stdin"], { root, stdin: TOKEN });

    expect(secrets()).toMatchObject({ TG_BOT_TOKEN_BINDING: OTHER, OPERATOR_KEY_BINDING: "a,b" });
    expect(readFileSync(file(), "utf8")).toContain("# mine");
    expect(ran.stderr).toContain("which was kept");
  });

  it("does not ask for a token that it has", async () => {
    writeFileSync(file(), `TG_BOT_TOKEN_BINDING=${OTHER}\n`);
    const askSecret = async (): Promise<string> => Promise.reject(new Error("asked"));

    expect((await runCli(["init"], { root, interactive: true, askSecret })).exitCode).toBe(0);
  });

  it.each([
    ["no token", { answer: "not-a-token" }, [], "that is no Telegram bot token"],
    ["nobody to ask", {}, [], "there is no terminal to ask on"],
    ["nothing on stdin", { stdin: "" }, ["--telegram-token-stdin"], "that is no Telegram bot token"],
  ])("changes nothing with %s", async (_what, given, flags, words) => {
    const ran = await runCli(["init", ...flags], { root, ...given });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
    expect(existsSync(file())).toBe(false);
  });
});
