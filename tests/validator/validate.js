// Prints the findings in workbooks or add-ins as JSON, a list for each file: node validate.js FILE...
import { readFile } from "node:fs/promises";
import validate from "@ooxml-tools/validate";

const found = [];
for (const path of process.argv.slice(2)) {
  found.push(await validate(await readFile(path), "xlsx", "Office2019"));
}
console.log(JSON.stringify(found));
