using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Authentication;

public sealed class ChallengeParserTests
{
    [Fact]
    public void TryParse_ABearerChallenge_FindsItsParameters()
    {
        Assert.True(ChallengeParser.TryParse("Bearer realm=\"https://auth.example/token\",service=\"a, b\" , scope=\"repository:x:pull\"", out var challenges));

        Challenge challenge = Assert.Single(challenges);
        Assert.True(challenge.Is("bearer"));
        Assert.Equal("https://auth.example/token", challenge["realm"]);
        Assert.Equal("a, b", challenge["SERVICE"]);
        Assert.Equal("repository:x:pull", challenge["scope"]);
    }

    [Fact]
    public void TryParse_SeveralChallenges_FindsAll()
    {
        Assert.True(ChallengeParser.TryParse(", Negotiate, NTLM dGVzdA==,, Basic realm = \"a \\\"b\\\"\", charset=UTF-8, Bearer realm=x", out var challenges));

        Assert.Equal(["Negotiate", "NTLM", "Basic", "Bearer"], challenges.Select(c => c.Scheme));
        Assert.Equal("a \"b\"", challenges[2]["realm"]);
        Assert.Equal("UTF-8", challenges[2]["charset"]);
        Assert.Equal("x", challenges[3]["realm"]);
    }

    [Theory]
    [InlineData("Bearer realm=\"open")]
    [InlineData("Bearer realm=\"a\\")]
    [InlineData("Bearer a=b, realm=")]
    [InlineData("Bearer realm=\"a\" service=\"b\"")]
    [InlineData("Bearer realm=a, realm=b")]
    [InlineData("Bearer realm=\"a\u0001\"")]
    [InlineData("Bearer realm=a, =b")]
    [InlineData("Bearer \"a\"")]
    [InlineData("\"Bearer\"")]
    [InlineData("Bearer\trealm=a")]
    [InlineData("Basic ä=b")]
    public void TryParse_WhatIsNotWellFormed_IsNoChallenge(string text) =>
        Assert.False(ChallengeParser.TryParse(text, out _));

    [Fact]
    public void TryParse_TooMuch_IsNoChallenge()
    {
        Assert.False(ChallengeParser.TryParse($"Bearer realm={new string('a', ChallengeParser.MaxLength)}", out _));
        Assert.False(ChallengeParser.TryParse(string.Join(",", Enumerable.Repeat("A b=c", 17)), out _));
    }

    [Fact]
    public void TryParse_OfWhatWasWritten_ReadsItBack()
    {
        Gen<string> token = Gen.NonEmptyListOf(Gen.Elements("abcXYZ019!#$%&'*+-.^_`|~".ToCharArray())).Select(c => string.Concat(c));
        Gen<string> value = Gen.ListOf(Gen.Elements("ab \t,=\"\\/:öé".ToCharArray())).Select(c => string.Concat(c));
        Gen<(string, List<(string, string)>)> challenge =
            from scheme in token
            from parameters in Gen.NonEmptyListOf(from n in token from v in value select (n, v))
            select (scheme, parameters.DistinctBy(p => p.n.ToLowerInvariant()).Take(30).ToList());
        Prop.ForAll(challenge.ListOf().Select(c => c.Take(10).ToList()).ToArbitrary(), written =>
        {
            string text = string.Join(", ", written.Select(c => $"{c.Item1} {string.Join(",", c.Item2.Select(p => $"{p.Item1}=\"{p.Item2.Replace("\\", "\\\\").Replace("\"", "\\\"")}\""))}"));
            return text.Length > ChallengeParser.MaxLength
                || (ChallengeParser.TryParse(text, out var read)
                    && read.Count == written.Count
                    && read.Zip(written).All(z => z.First.Scheme == z.Second.Item1 && z.Second.Item2.All(p => z.First[p.Item1] == p.Item2)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryParse_OfAnything_NeverThrows()
    {
        Gen<string> pieces = Gen.Elements("Bearer", "realm", "=", "\"", "\\", ",", " ", "\t", "a", "==", "\u0001", "é");
        Prop.ForAll(pieces.ListOf().Select(p => string.Concat(p)).ToArbitrary(), text => ChallengeParser.TryParse(text, out var read) == (read is not null))
            .QuickCheckThrowOnFailure();
    }
}
