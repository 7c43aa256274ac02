import { describeEveryFault } from "../../testing/every-fault.ts";

describeEveryFault("spot");
