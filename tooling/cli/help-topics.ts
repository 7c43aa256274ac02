import { verdictWords } from "./letters/verdicts.ts";

interface Topic {
  name: string;
  about: string;
  text: string;
}

const verdictLines = Object.entries(verdictWords)
  .map(([verdict, { means, todo }]) => `${verdict.padEnd(10)}  ${means}\n${" ".repeat(12)}→ ${todo}`)
  .join("\n");

/** What no single command explains: `npx hoox help <name>`. */
export const topics: readonly Topic[] = [
  {
    name: "incident",
    about: "Something is wrong: where to look first",
    text: `
1. May it trade, what is open, what is in doubt?
     npx hoox status
2. Not sure? Open nothing new; exits still execute:
     npx hoox kill-switch on --reason "looking into it"
3. What is broken, the worst first, and what mends it? Does every Worker answer, do messages pile up?
     npx hoox doctor
     npx hoox check health
     npx hoox queues depth --watch
4. What was said, and what could not be handled?
     npx hoox logs tail --level warn --since 1h
     npx hoox dlq group
5. One alert, hop by hop, by the id in its answer, its notification or its log line:
     npx hoox trace 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d
6. When it is over:
     npx hoox kill-switch off`,
  },
  {
    name: "outcomes",
    about: "How a signal ends, and what to do about it",
    text: `
filled      the venue executed it; nothing to do
working     an order rests at the venue and is watched; nothing to do
rejected    the venue said no, in its own words; it did nothing
expired     it could not be sent while it was valid; the reason says what was in the way
halted      the kill switch or a limit stopped it
superseded  a later exit made it pointless, or nothing was open
refused     the gateway did not accept the alert; mend the alert, the reason names the field
failed      a bug of hoox itself, three times: npx hoox dlq group

An exit that ended unexecuted leaves its position open and is told as critical.`,
  },
  {
    name: "dlq",
    about: "Dead letters: from what could not be handled to its replay",
    text: `
A dead letter is a message that could not be handled: kept with its reason, its history and its body.
1. What is there, by cause?
     npx hoox dlq group
2. One of them in full: why it died, what became of its request, what to do
     npx hoox dlq show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3
3. What would a replay do? Nothing is changed:
     npx hoox dlq plan --fingerprint 93f1a0c5d2e4b678
4. Execute what is SAFE; it shows the plan again and asks:
     npx hoox dlq replay --fingerprint 93f1a0c5d2e4b678
5. How far is it? It goes on in the mesh, whatever becomes of this terminal:
     npx hoox dlq replay status --watch
     npx hoox dlq replay pause
     npx hoox dlq replay cancel
6. What nobody will execute any more; and who did what to letters:
     npx hoox dlq discard --fingerprint 93f1a0c5d2e4b678 --reason "filled by hand"
     npx hoox dlq audit

Verdicts, each judged again when its letter's turn comes:
${verdictLines}

Filters combine: --queue --since --until --class --fingerprint --lane --strategy --request-id
The first letter goes alone, then five, then the rest, at --rate. It waits while live messages pile up, and stops
when letters die again for the same cause: then a deploy has to come first.`,
  },
  {
    name: "mesh",
    about: "Which mesh a command speaks to, and with which key",
    text: `
The first of these that is there:
  HOOX_URL           an address such as https://hoox.example.workers.dev
  --target <name>    a profile of profiles.json
  active             the profile that profiles.json names as active
  local              the mesh that npm start runs on this machine

Profiles are kept in a file that nobody else may read:
     npx hoox profile add production https://hoox.example.workers.dev
     npx hoox profile use production
     npx hoox profile list

The operator key is HOOX_OPERATOR_KEY, else the profile's, else, for this machine alone, that of .dev.vars.
Every command that changes something names its target first, on stderr.`,
  },
  {
    name: "output",
    about: "What goes where: text, JSON, colours, times",
    text: `
stdout is the answer, stderr is everything else.
--json      one JSON document; one per line for what goes on until Ctrl-C (logs tail, queues depth --watch, dlq replay)
NO_COLOR    no colours; they only repeat what the words say. FORCE_COLOR=1: colours into a pipe, too
times       UTC. Relative in tables; ISO text with --absolute and in JSON
--since     90s, 10m, 2h or 1d ago, or an ISO time
ids         are never cut: what is shown can be copied. Long texts are cut on a narrow terminal, never in a pipe`,
  },
  {
    name: "exit-codes",
    about: "What a script learns from a command's end",
    text: `
0  ok
1  the answer is no: unknown id, refused change, unhealthy Worker, something that needs a person
2  the command line was not understood, or needs a --yes
3  the other side failed: no connection, a wrong key, an error of the mesh`,
  },
  {
    name: "words",
    about: "What lane, ledger, leg and the others mean",
    text: `
alert        the raw text that a sender posts
signal       an alert that was understood: account, venue, symbol, action, size
ledger       the truth about one account at one venue: signals, orders, positions, limits
lane         account:venue:symbol; its signals execute in order of acceptance
leg          one order of a signal: entry, close, stop, target
in doubt     an order was sent and nobody knows what became of it; it is asked for, never repeated blindly
outcome      how a signal ended: npx hoox help outcomes
dead letter  a message that could not be handled, kept with its reason: npx hoox help dlq`,
  },
];
