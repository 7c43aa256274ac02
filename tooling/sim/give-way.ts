import { setPriority } from "node:os";

// The simulation only computes; system tests beside it, which wait for one another's answers, go first.
setPriority(5);
