/** The word that was probably meant, under the name that commands use. */
export { editDistance, nearestWord as suggest } from "../base/index.ts";
