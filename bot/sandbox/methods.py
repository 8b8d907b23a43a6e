"""All methods of the Bot API that the sandbox speaks; botapi.json has exactly these."""

from collections.abc import Awaitable, Callable

from bot.sandbox import changing, housekeeping, sending
from bot.sandbox.refusal import JsonObject
from bot.sandbox.state import Telegram

Method = Callable[[Telegram, JsonObject], Awaitable[object]]
"""Takes typed parameters, gives what stands under `result`; raises Refusal."""

METHODS: dict[str, Method] = {
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "sendDocument": sending.send_document,
    "sendAudio": sending.send_audio,
    "sendVideo": sending.send_video,
    "sendAnimation": sending.send_animation,
    "copyMessage": sending.copy_message,
    "editMessageText": changing.edit_message_text,
    "editMessageReplyMarkup": changing.edit_message_reply_markup,
    "deleteMessage": changing.delete_message,
    "deleteMessages": changing.delete_messages,
    "answerCallbackQuery": changing.answer_callback_query,
    "sendChatAction": changing.send_chat_action,
    "pinChatMessage": changing.pin_chat_message,
    "unpinChatMessage": changing.unpin_chat_message,
    "getMe": housekeeping.get_me,
    "getUpdates": housekeeping.get_updates,
    "setWebhook": housekeeping.set_webhook,
    "deleteWebhook": housekeeping.delete_webhook,
    "getWebhookInfo": housekeeping.get_webhook_info,
    "setMyCommands": housekeeping.set_my_commands,
    "getMyCommands": housekeeping.get_my_commands,
    "setMyName": housekeeping.set_my_name,
    "getMyName": housekeeping.get_my_name,
    "setMyDescription": housekeeping.set_my_description,
    "setMyShortDescription": housekeeping.set_my_short_description,
    "setChatMenuButton": housekeeping.set_chat_menu_button,
    "getChat": housekeeping.get_chat,
    "getFile": housekeeping.get_file,
}
