"""Settings of the language model."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from assistant.language.hosts import is_local


class LanguageModelSettings(BaseModel):
    """Which language model words drafts, and how long one may wait for it.

    Fields are checked one by one in this order, so that the message on a wrong one shows that one
    alone and never the key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    backend: Literal["none", "gguf", "openai"] = Field(
        "none",
        description="`none`: drafts are composed without a model; `gguf`: a file that this machine "
        "runs itself; `openai`: any OpenAI-compatible server (Ollama, vLLM, llama.cpp).",
    )
    allow_remote: bool = Field(
        False,
        description="Whether `url` may be another machine. Local are only `localhost`, addresses "
        "of the loopback interface and `trusted_hosts`; a private address is not local by itself.",
    )
    trusted_hosts: tuple[str, ...] = Field(
        (),
        description="Hosts that count as local, by the very name or address that `url` uses; in a "
        "variable separated by commas.",
    )
    url: str | None = Field(
        None,
        validate_default=True,
        description="Address of the server of `openai`, as in `http://127.0.0.1:11434/v1`.",
    )
    model: str | None = Field(
        None,
        validate_default=True,
        description="For `gguf` a name of `guanjia models list` or the path of a `.gguf` file, for "
        "`openai` the model's name at the server.",
    )
    api_key: SecretStr | None = Field(None, description="Key of the server of `openai`, if any.")
    show: Literal["auto", "always", "never"] = Field(
        "auto",
        description="Whose draft is shown first: `auto` the model's where it won a blind "
        "comparison (`guanjia eval wording`), `always` the model's, `never` only the composed one.",
    )
    grammar: bool = Field(
        False,
        description="Whether the server of `openai` obeys a GBNF grammar in the request "
        "(llama.cpp); a GGUF file always does.",
    )
    extra_body: dict[str, Any] = Field(
        {},
        description="Further fields of each request, as in "
        "`{chat_template_kwargs = {enable_thinking = false}}`.",
    )
    parallel: int = Field(
        1, ge=1, le=64, description="Requests that the server of `openai` is given at once."
    )
    context: int = Field(
        4096,
        ge=512,
        le=131_072,
        description="Tokens that a prompt and its answer may have together; memory grows with it.",
    )
    max_tokens: int = Field(600, ge=1, le=8192, description="Most tokens of one answer.")
    temperature: float = Field(
        0.0, ge=0.0, le=2.0, description="0: the likeliest words, the same each time."
    )
    threads: int = Field(
        0,
        ge=0,
        le=256,
        description="Threads that run a GGUF file; 0: one for each core. Where other programs keep "
        "the cores busy, fewer are many times faster.",
    )
    own_process: bool = Field(
        True,
        description="Whether a GGUF file runs in a process of its own, which is started again "
        "after a crash; else a crash of the native library ends the service.",
    )
    queue: int = Field(
        8, ge=0, le=1000, description="Requests that may wait for their turn; more are refused."
    )
    first_token_seconds: float = Field(
        30.0, ge=0.1, le=3600.0, description="Wait for the first word once a request has its turn."
    )
    total_seconds: float = Field(
        120.0,
        ge=0.1,
        le=3600.0,
        description="Wait for the last word, from asking on, the turn included.",
    )

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """A variable holds one text."""
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("url")
    @classmethod
    def _stays_here(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            if info.data.get("backend") == "openai":
                raise ValueError("后端 openai 要写明服务地址")
            return None
        local = is_local(url, info.data.get("trusted_hosts", ()))
        if not local and not info.data.get("allow_remote"):
            raise ValueError(
                "不是本机地址，默认不许把内容发出本机；请改用本机地址，或把主机写进 "
                "trusted_hosts，或设 allow_remote = true"
            )
        return url

    @field_validator("model")
    @classmethod
    def _is_named(cls, model: str | None, info: ValidationInfo) -> str | None:
        backend = info.data.get("backend", "none")
        if backend != "none" and not (model or "").strip():
            raise ValueError(f"后端 {backend} 要写明用哪个模型")
        return model

    @property
    def is_local(self) -> bool:
        """Whether prompts stay on this machine or on one that is named as trusted."""
        return (
            self.url is None or self.backend != "openai" or is_local(self.url, self.trusted_hosts)
        )
