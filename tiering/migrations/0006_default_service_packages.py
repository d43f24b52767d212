"""The service packages that the product starts with, one for each tier of the shipped sheet (S4.4, S3.10)."""

from django.db import migrations

# Tier: Chinese, English, days from one talk to the next, channels, rights as (code, times a year).
PACKAGES = {
    "VIP": (
        ("贵宾服务", "VIP service", 30, ["meeting", "phone", "wechat"]),
        [("review", 4), ("salon", 6), ("lounge", 6), ("health", 1), ("gift", 2)],
    ),
    "A": (
        ("重点客户服务", "Key customer service", 45, ["phone", "wechat", "meeting"]),
        [("review", 2), ("salon", 3), ("lounge", 2), ("gift", 1)],
    ),
    "B": (("目标客户服务", "Prospect service", 90, ["wechat", "phone"]), [("review", 1), ("salon", 1)]),
    "C": (("标准服务", "Standard service", 180, ["sms", "wechat"]), []),
}

# Right: Chinese, English, unit in both.
RIGHTS = {
    "review": ("资产配置检视", "Portfolio review", "次", "times"),
    "salon": ("客户沙龙席位", "Seat at a salon", "席", "seats"),
    "lounge": ("机场贵宾厅", "Airport lounge", "次", "times"),
    "health": ("年度体检", "Health check", "次", "times"),
    "gift": ("节日或生日礼遇", "Gift on a festival or birthday", "份", "gifts"),
}


def ship(apps, schema_editor):
    """Give each tier of the shipped sheet its package, unless somebody has made one."""
    packages, rights = apps.get_model("tiering", "ServicePackage"), apps.get_model("tiering", "Right")
    scheme = apps.get_model("tiering", "Scheme").objects.filter(code="sheet").first()
    if scheme is None:
        return
    for tier, ((name, name_en, days, channels), given) in PACKAGES.items():
        package, made = packages.objects.get_or_create(
            scheme=scheme,
            code=tier,
            defaults={"name": name, "name_en": name_en, "contact_days": days, "channels": channels},
        )
        if not made:
            continue
        for position, (code, allowance) in enumerate(given, start=1):
            word, word_en, unit, unit_en = RIGHTS[code]
            rights.objects.create(
                package=package,
                code=code,
                name=word,
                name_en=word_en,
                allowance=allowance,
                unit=unit,
                unit_en=unit_en,
                position=position,
            )


class Migration(migrations.Migration):
    dependencies = [("tiering", "0005_service_packages")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
