<?php

namespace App\Http\Controllers;

use App\Models\Membership;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Gate;
use Illuminate\Validation\Rule;

class MembershipController extends Controller
{
    private const DESTINATIONS = [
        'list' => 'memberships.index',
        'billing' => 'billing.overview',
    ];

    public function update(Request $request, Membership $membership): RedirectResponse
    {
        Gate::authorize('update', $membership);

        $fields = $request->validate([
            'nickname' => ['required', 'string', 'max:80'],
            'newsletter' => ['required', 'boolean'],
            'plan' => ['required', Rule::in(['basic', 'family'])],
        ]);

        $membership->fill($fields);
        $membership->save();

        $route = self::DESTINATIONS[$request->string('next')->value()] ?? 'memberships.index';

        return redirect()->route($route)->with('status', 'membership-updated');
    }

    public function destroy(Membership $membership): RedirectResponse
    {
        Gate::authorize('delete', $membership);
        $membership->delete();

        return redirect()->route('memberships.index');
    }
}
