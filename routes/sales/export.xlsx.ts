import { tableAs } from "./(_exports)/exports.ts";

export const handler = tableAs("xlsx");
