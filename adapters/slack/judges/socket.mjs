// An app on Slack's own client of Socket Mode: it acknowledges what comes, with
// an answer where the test wants one, and says what it got.
import { SocketModeClient } from "@slack/socket-mode";

const report = (kind, what) => console.log(JSON.stringify({ kind, ...what }));
const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => "error", setName() {} };

const client = new SocketModeClient({
  appToken: process.env.APP_TOKEN,
  clientOptions: { slackApiUrl: process.env.API_URL, retryConfig: { retries: 0 } },
  logger: quiet,
});
client.on("connected", () => report("connected"));
client.on("slack_event", async ({ ack, type, body, retry_num, retry_reason, accepts_response_payload }) => {
  if (type === "slash_commands") await ack({ text: `you said ${body.text}` });
  else if (body.type === "block_suggestion") {
    await ack({ options: [{ text: { type: "plain_text", text: "HR" }, value: "hr" }] });
  } else if (body.type === "view_submission") {
    await ack({ response_action: "errors", errors: { "f:reason": "Too short." } });
  } else await ack();
  report("got", { type, body, retry: retry_num, reason: retry_reason, accepts: accepts_response_payload });
});
try {
  await client.start();
} catch (e) {
  report("refused", { code: e.code, data: e.data, message: e.message });
  process.exit(0);
}
