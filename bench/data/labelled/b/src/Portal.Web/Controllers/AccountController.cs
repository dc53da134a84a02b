using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Portal.Web.Identity;
using Portal.Web.Models;

namespace Portal.Web.Controllers;

[AllowAnonymous]
public class AccountController : Controller
{
    private readonly SignInManager<PortalUser> _signIn;

    public AccountController(SignInManager<PortalUser> signIn)
    {
        _signIn = signIn;
    }

    [HttpGet]
    public IActionResult Login(string? returnUrl)
    {
        return View(new LoginModel { ReturnUrl = returnUrl });
    }

    [HttpPost]
    [ValidateAntiForgeryToken]
    public async Task<IActionResult> Login(LoginModel model)
    {
        if (!ModelState.IsValid)
        {
            return View(model);
        }

        var result = await _signIn.PasswordSignInAsync(
            model.Email, model.Password, model.RememberMe, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            ModelState.AddModelError(string.Empty, "Unknown e-mail address or wrong password.");
            return View(model);
        }

        var target = string.IsNullOrEmpty(model.ReturnUrl) ? "/dashboard" : model.ReturnUrl;
        return Redirect(target);
    }
}
