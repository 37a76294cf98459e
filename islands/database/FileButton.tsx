import { useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import { sendFile } from "./send_file.ts";

const text = {
  sending: (percent: number) => `Sending ${percent} %`,
};

interface Props {
  readonly label: string;
  readonly isDisabled: boolean;
  /** Endings that the phone offers. */
  readonly accept: string;
  readonly path: string;
  readonly type: string;
  /** Asked before the file is sent; absent: it changes nothing yet. */
  readonly question?: string;
  readonly onSent: (jobId: string | undefined) => void;
  readonly onFailed: (reason: string, errors: readonly string[]) => void;
}

/** Chooses a file and sends it. */
export default function FileButton(props: Props) {
  const [percent, setPercent] = useState<number | undefined>(undefined);
  const send = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file || (props.question !== undefined && !confirm(props.question))) return void (input.value = "");
    setPercent(0);
    const sent = await sendFile(file, { path: props.path, type: props.type, onPercent: setPercent });
    setPercent(undefined);
    input.value = "";
    if (sent.isTaken) props.onSent(sent.jobId);
    else props.onFailed(sent.reason, sent.errors);
  };
  const isBusy = percent !== undefined;
  return (
    <label class={props.isDisabled || isBusy ? "button button--file is-disabled" : "button button--file"}>
      <Icon name="upload" />
      <span>{isBusy ? text.sending(percent) : props.label}</span>
      <input
        type="file"
        accept={props.accept}
        disabled={props.isDisabled || isBusy}
        onChange={(event) => void send(event.currentTarget)}
      />
    </label>
  );
}
