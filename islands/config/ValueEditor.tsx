import ChoiceEditor from "./ChoiceEditor.tsx";
import type { EditorProps } from "./editor.ts";
import ListEditor from "./ListEditor.tsx";
import NumberEditor from "./NumberEditor.tsx";
import SwitchEditor from "./SwitchEditor.tsx";
import TableEditor from "./TableEditor.tsx";
import TextEditor from "./TextEditor.tsx";

/** The control that fits the type of a key. A value that came from elsewhere begins a new draft. */
export default function ValueEditor(props: EditorProps) {
  const key = props.isDraft ? props.spec.key : JSON.stringify(props.value);
  switch (props.spec.type) {
    case "switch":
      return <SwitchEditor {...props} />;
    case "choice":
      return <ChoiceEditor {...props} />;
    case "number":
    case "integer":
      return <NumberEditor key={key} {...props} />;
    case "text":
      return <TextEditor key={key} {...props} />;
    case "list":
      return <ListEditor {...props} />;
    case "table":
      return <TableEditor {...props} />;
    case "secret":
      return null;
    default:
      return props.spec.type satisfies never;
  }
}
