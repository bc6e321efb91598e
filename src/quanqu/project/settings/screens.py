"""Templates and the look of the console."""

from quanqu.project.settings.base import PACKAGE

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quanqu.doors.console.shell.context.shell",
                "quanqu.project.sign_in.context.mailing",
            ],
        },
    },
]

# The reference-data screens wear the console's accent and neutrals (styles/tokens.css).
UNFOLD = {
    "SITE_TITLE": "Quanqu",
    "SITE_HEADER": "Quanqu 全渠",
    "SITE_URL": "/",
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": {
            "50": "#f5f6f8",
            "100": "#f0f2f5",
            "200": "#e3e6eb",
            "300": "#cbd0d9",
            "400": "#6b7484",
            "500": "#5b6474",
            "600": "#475062",
            "700": "#3d4452",
            "800": "#2a2f3a",
            "900": "#171a21",
            "950": "#0f1115",
        },
        "primary": {
            "50": "#eceffd",
            "100": "#dde2fb",
            "200": "#c3cbf7",
            "300": "#a3b2ff",
            "400": "#7f90f5",
            "500": "#5c6fe8",
            "600": "#3448c5",
            "700": "#2939a3",
            "800": "#232a4d",
            "900": "#1b2140",
            "950": "#12162c",
        },
    },
}
