// An app on Bolt: it takes whatever Slack sends, says what it got, and answers
// what the test asks for by the values it is sent.
import bolt from "@slack/bolt";

const report = (kind, what) => console.log(JSON.stringify({ kind, ...what }));

const receiver = new bolt.HTTPReceiver({
  signingSecret: process.env.SIGNING_SECRET,
  endpoints: ["/slack"],
  logLevel: bolt.LogLevel.ERROR,
  logger: { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => "error", setName() {} },
});
const app = new bolt.App({
  token: process.env.BOT_TOKEN,
  receiver,
  clientOptions: { slackApiUrl: process.env.API_URL },
});

app.action(/.*/, async ({ ack, body, action, context }) => {
  await ack();
  report("action", { body, action, team: context.teamId ?? null, enterprise: context.enterpriseId ?? null });
});
app.command("/signoff", async ({ ack, command }) => {
  await ack(command.text === "json" ? { response_type: "in_channel", text: "for all" } : `you said ${command.text}`);
  report("command", { command });
});
app.shortcut(/.*/, async ({ ack, shortcut }) => {
  await ack();
  report("shortcut", { shortcut });
});
app.options(/.*/, async ({ ack, options }) => {
  await ack({ options: [{ text: { type: "plain_text", text: `for ${options.value}` }, value: "one" }] });
  report("options", { options });
});
app.view({ callback_id: /.*/, type: "view_submission" }, async ({ ack, body, view }) => {
  const reason = view.state.values["f:reason"].v.value;
  const next = { type: "modal", title: { type: "plain_text", text: reason }, blocks: [] };
  const answers = {
    errors: { response_action: "errors", errors: { "f:reason": "Too short." } },
    stranger: { response_action: "errors", errors: { nowhere: "Not a field." } },
    update: { response_action: "update", view: next },
    push: { response_action: "push", view: next },
    clear: { response_action: "clear" },
  };
  await ack(answers[reason]);
  report("view", { body });
});
app.view({ callback_id: /.*/, type: "view_closed" }, async ({ ack, body }) => {
  await ack();
  report("closed", { body });
});
for (const type of ["app_home_opened", "user_change", "subteam_members_changed", "tokens_revoked", "app_uninstalled"]) {
  app.event(type, async ({ event, body, context }) => {
    report("event", { event, body, retry: context.retryNum ?? 0, reason: context.retryReason ?? "" });
  });
}
app.error(async (error) => report("error", { code: error.code, message: error.message }));

const server = await app.start(0);
report("listening", { port: server.address().port });
