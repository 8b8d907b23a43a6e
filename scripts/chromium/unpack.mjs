// Unpacks the browser, and the libraries that a machine without a desktop lacks, into the folder that TMPDIR names.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";

const built = dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
await inflate(join(built, "..", "bin", "al2023.tar.br"));
console.log(await chromium.executablePath());
