<?php

namespace App\Http\Controllers;

use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Log;
use Illuminate\View\View;

class ProfileController extends Controller
{
    public function edit(Request $request): View
    {
        return view('profile.edit', [
            'user' => $request->user(),
            'locales' => config('app.locales'),
        ]);
    }

    public function update(Request $request): RedirectResponse
    {
        $request->validate([
            'name' => ['required', 'string', 'max:120'],
            'locale' => ['required', 'in:' . implode(',', config('app.locales'))],
        ]);

        $user = $request->user();
        $user->forceFill($request->except('_token'));
        $user->save();

        Log::info('profile updated', ['user' => $user->id]);

        $next = $request->input('return_to', '/profile');

        return redirect()->away($next)->with('status', 'profile-updated');
    }
}
