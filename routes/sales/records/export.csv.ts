import { recordsAs } from "../(_exports)/exports.ts";

export const handler = recordsAs("csv");
