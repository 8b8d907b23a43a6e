"""What people see before they press START: a neutral name, a description, the commands; in both languages.

Law 13: nothing of it names disputes or danger; somebody else may look at the phone.
"""

from telegram import Bot, BotCommand

from locales import P_, languages, translator

NAME = P_("profile", "Community service")
SHORT = P_("profile", "Write a line or say a few words. Free of charge. In an emergency call 110.")
DESCRIPTION = P_(
    "profile",
    "Is something wrong among neighbours? Write a line or say it. A mediator and a judge will"
    " contact you. Free of charge. In an emergency call 110.",
)
COMMANDS = {
    "report": P_("profile", "Say what happened"),
    "my": P_("profile", "My matters"),
    "mydata": P_("profile", "My data"),
    "language": P_("profile", "Change the language"),
    "help": P_("profile", "How this works"),
}


async def introduce(bot: Bot) -> None:
    """Set name, descriptions and commands: for each language, and for all others both, Chinese first."""
    for code in languages():
        say = translator(code).word
        await bot.set_my_name(say(NAME), language_code=code[:2])
        await bot.set_my_short_description(say(SHORT), language_code=code[:2])
        await bot.set_my_description(say(DESCRIPTION), language_code=code[:2])
        await bot.set_my_commands(
            [BotCommand(name, say(word)) for name, word in COMMANDS.items()],
            language_code=code[:2],
        )
    both = [translator(code).word for code in languages()]
    await bot.set_my_name(" ".join(say(NAME) for say in both))
    await bot.set_my_short_description("\n".join(say(SHORT) for say in both))
    await bot.set_my_description("\n".join(say(DESCRIPTION) for say in both))
    await bot.set_my_commands(
        [
            BotCommand(name, " · ".join(say(word) for say in both))
            for name, word in COMMANDS.items()
        ]
    )
