// Prints the findings in a workbook or add-in as JSON: node validate.js FILE
import { readFile } from "node:fs/promises";
import validate from "@ooxml-tools/validate";

const found = await validate(await readFile(process.argv[2]), "xlsx", "Office2019");
console.log(JSON.stringify(found));
