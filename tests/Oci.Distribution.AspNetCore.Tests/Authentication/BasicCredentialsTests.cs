using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tests.Authentication;

public sealed class BasicCredentialsTests
{
    [Fact]
    public void TryParse_WhatWasFormatted_IsTheSame() => Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string>, NonNull<string>)>(), pair =>
    {
        (string user, string password) = (pair.Item1.Get, pair.Item2.Get);
        bool parsed = BasicCredentials.TryParse(BasicCredentials.Format(user, password), out BasicCredentials credentials);
        // RFC 7617: no control characters, and no colon in the name; half a surrogate pair is no text.
        bool isText = !(user + password).Any(c => c < ' ') && !user.Contains(':');
        return !isText ? !parsed || credentials.User != user
            : parsed && credentials.User == Replace(user) && Encoding.UTF8.GetString(credentials.Password) == Replace(password);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_AnyHeader_NeverThrows() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        BasicCredentials.TryParse(text.Get, out _);
        return !BasicCredentials.TryParse("Basic " + text.Get, out BasicCredentials credentials) || credentials.User is not null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_TooLong_IsNone() => Assert.False(BasicCredentials.TryParse(BasicCredentials.Format(new string('a', 10_000), ""), out _));

    private static string Replace(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
