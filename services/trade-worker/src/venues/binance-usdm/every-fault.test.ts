import { describeEveryFault } from "../../testing/every-fault.ts";

describeEveryFault("usdm");
