// What Slack's reference documents and @slack/types 3.2.0 does not have yet.
import "@slack/types/dist/block-kit/block-elements.js";

declare module "@slack/types/dist/block-kit/block-elements.js" {
  interface RichTextList {
    // By how much the first number of an ordered list is more than 1.
    offset?: number;
  }
}
