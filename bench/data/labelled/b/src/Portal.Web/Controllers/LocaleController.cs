using System;
using System.Collections.Generic;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace Portal.Web.Controllers;

public class LocaleController : Controller
{
    private static readonly HashSet<string> Supported = new(StringComparer.OrdinalIgnoreCase)
    {
        "en-GB", "de-DE", "fr-FR", "pl-PL",
    };

    [HttpPost]
    [ValidateAntiForgeryToken]
    public IActionResult Switch(string culture, string? returnUrl)
    {
        if (!Supported.Contains(culture))
        {
            return BadRequest();
        }

        Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
            new CookieOptions
            {
                Expires = DateTimeOffset.UtcNow.AddYears(1),
                HttpOnly = true,
                Secure = true,
                SameSite = SameSiteMode.Lax,
            });

        if (!Url.IsLocalUrl(returnUrl))
        {
            return RedirectToAction("Index", "Dashboard");
        }

        return Redirect(returnUrl);
    }
}
