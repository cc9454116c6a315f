// Starts `okta-access lsp` and lets VS Code speak with it; everything else is the server's.
"use strict";

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const FILES = [
  { scheme: "file", pattern: "**/{rules,fixtures}/**/*.{yml,yaml}" },
  { scheme: "file", pattern: "**/rules/defaults.toml" },
  { scheme: "file", pattern: "**/okta-access.toml" },
];

let client;

/** The folder that the server is started in, and whose virtual environment counts. */
function folder() {
  const folders = vscode.workspace.workspaceFolders;
  return folders && folders.length > 0 ? folders[0].uri.fsPath : undefined;
}

function server() {
  const settings = vscode.workspace.getConfiguration("oktaAccess");
  const local = folder() && join(folder(), ".venv", "bin", "okta-access");
  const found = local && existsSync(local) ? local : "okta-access";
  return {
    command: settings.get("command") || found,
    args: ["lsp", ...settings.get("arguments")],
    options: { cwd: folder() },
  };
}

async function start() {
  client = new LanguageClient("okta-access", "Okta access rules", server(), {
    documentSelector: FILES,
  });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `okta-access lsp did not start (${error}). To have it: pip install 'okta-access-detections[lsp]'`,
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.needsStop()) {
    await running.stop();
  }
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("oktaAccess.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("oktaAccess")) {
        return restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
