import { EMBEDDING_HANDLES, OFFLINE_VENDOR_HANDLE } from "../agents/handles.ts";
import type { Route, RouteServices } from "./route.ts";

const CONTEXT_WINDOW = 30_000;

export function modelRoutes({ turns }: RouteServices): readonly Route[] {
  return [
    {
      method: "GET",
      pattern: "/v1/models/",
      handle: () => Promise.resolve([OFFLINE_VENDOR_HANDLE, ...turns.model.handles].map(modelView)),
    },
    {
      method: "GET",
      pattern: "/v1/models/embedding",
      handle: () => Promise.resolve(EMBEDDING_HANDLES.map(embeddingView)),
    },
  ];
}

function modelView(handle: string): object {
  const [provider, model] = parts(handle);
  return {
    handle,
    name: model,
    display_name: model,
    provider_type: "openai",
    provider_name: provider,
    model_type: "llm",
    model,
    model_endpoint_type: "openai",
    model_endpoint: null,
    provider_category: "base",
    context_window: CONTEXT_WINDOW,
    max_context_window: CONTEXT_WINDOW,
    put_inner_thoughts_in_kwargs: false,
  };
}

function embeddingView(handle: string): object {
  const [provider, model] = parts(handle);
  return {
    handle,
    name: model,
    display_name: model,
    provider_type: "letta",
    provider_name: provider,
    model_type: "embedding",
    embedding_endpoint_type: "openai",
    embedding_endpoint: null,
    embedding_model: model,
    embedding_dim: 1_536,
    embedding_chunk_size: 300,
    batch_size: 32,
  };
}

const parts = (handle: string): readonly [string, string] => {
  const slash = handle.indexOf("/");
  return [handle.slice(0, slash), handle.slice(slash + 1)];
};
