// The inputs of one message, form or home tab: their values, and clicks sent with all of them.
import { useState } from "react";
import type { Surface } from "./blocks";
import { useDirectory } from "./directory";
import { act } from "./server";
import type { Json, Values } from "./types";

export function useSurface(place: Json): Surface {
  const { me, fail } = useDirectory();
  const [values, setValues] = useState<Values>({});
  const [busy, setBusy] = useState<string | null>(null);
  const setValue = (blockId: string, actionId: string, value: unknown) =>
    setValues((held) => ({ ...held, [blockId]: { ...held[blockId], [actionId]: value } }));
  return {
    values,
    setValue,
    busy,
    act: async (block, element, value) => {
      const { block_id, action_id } = { block_id: block.block_id, action_id: element.action_id };
      const state = withoutFeedback(values, block_id, action_id, element, value);
      setBusy(action_id);
      try {
        await act("click", { user: me.id, ...place, block_id, action_id, value: value ?? null, state });
      } catch (error) {
        fail(error);
      } finally {
        setBusy(null);
      }
    },
  };
}

const HOLDS_NO_STATE = new Set(["button", "icon_button", "workflow_button", "overflow", "feedback_buttons"]);

function withoutFeedback(
  values: Values,
  blockId: string,
  actionId: string,
  element: Json,
  value: unknown,
): Values {
  if (HOLDS_NO_STATE.has(element.type)) return values;
  return { ...values, [blockId]: { ...values[blockId], [actionId]: value } };
}
