// The voting booth. Everything here improves pages that work without it.
import { saveTicks } from "./booth.js";
import { offerPrint, readCode } from "./code.js";
import { leaveWhenIdle } from "./idle.js";
import { compareReceipt, drawNonces } from "./seal.js";

readCode();
saveTicks();
drawNonces();
compareReceipt();
offerPrint();
leaveWhenIdle();
