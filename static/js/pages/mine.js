// A page of a bidder beside the sale: it tells that he is outbid.

import { outbidBanner } from "../core/outbid.js";
import { Screen } from "../core/screen.js";

const screen = await Screen.open("bidder", () => paint(), { withTexts: false });
const paint = outbidBanner(screen);
