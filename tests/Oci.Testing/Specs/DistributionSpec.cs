namespace Oci.Testing.Specs;

/// <summary>
/// Every MUST, MUST NOT, SHOULD, SHOULD NOT, REQUIRED and RECOMMENDED of distribution-spec's spec.md, 1.1.1 and the
/// development text after it: the anchor of the heading and a number, whom it binds, and what has to hold.
/// </summary>
/// <remarks>
/// The development text writes some demands in small letters; they are here too. Headings that many sections share
/// ("Response headers", "Successful response") count to the named heading above them. MAY and OPTIONAL demand nothing.
/// </remarks>
public static partial class DistributionSpec
{
    /// <summary>All demands by their ids.</summary>
    public static IReadOnlyDictionary<string, SpecDemand> Demands { get; } =
        new[] { General, Pull, Push, Manifests, Discovery, Management, Compatibility }
            .SelectMany(part => part)
            .ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>What a registry has to do, in the form that <see cref="MustCoverage"/> takes.</summary>
    public static IReadOnlyDictionary<string, string> OfRegistry { get; } = Of(SpecParty.Registry, SpecParty.Both);

    /// <summary>What a client has to do, in the form that <see cref="MustCoverage"/> takes.</summary>
    public static IReadOnlyDictionary<string, string> OfClient { get; } = Of(SpecParty.Client, SpecParty.Both);

    /// <summary>What only clients, or neither, have to do.</summary>
    public static IReadOnlyDictionary<string, string> NotOfRegistry { get; } = Of(SpecParty.Client, SpecParty.Other);

    /// <summary>What only registries, or neither, have to do.</summary>
    public static IReadOnlyDictionary<string, string> NotOfClient { get; } = Of(SpecParty.Registry, SpecParty.Other);

    private static Dictionary<string, SpecDemand> General => new()
    {
        ["spec.md#legacy-docker-support-http-headers-1"] = Client("does not depend on docker's own headers"),
        ["spec.md#legacy-docker-support-error-codes-1"] = Client("does not depend on the error codes of schema1"),
        ["spec.md#requirements-1"] = Registry("has all of the pull API"),
        ["spec.md#requirements-2"] = Registry("has push, content discovery and content management as well"),
        ["spec.md#requirements-3"] = Registry("has every API of a category that it claims"),
        ["spec.md#error-codes-1"] = Registry("a 4xx body of JSON has the form of errors"),
        ["spec.md#error-codes-2"] = Registry("an error's code is of capitals and underscores"),
        ["spec.md#error-codes-3"] = Registry("an error's message can be read by a person"),
        ["spec.md#error-codes-4"] = Registry("an error's code is one of the list"),
        ["spec.md#warnings-1"] = Registry("a Warning has code 299, agent - and no date"),
        ["spec.md#warnings-2"] = Registry("warnings of an answer are 4096 bytes at most"),
        ["spec.md#warnings-3"] = Client("tells the user of warnings, without being in the way"),
        ["spec.md#warnings-4"] = Client("tells a warning of several responses once"),
        ["spec.md#warnings-5"] = Client("does nothing on its own because of a warning"),
    };

    private static IReadOnlyDictionary<string, string> Of(SpecParty one, SpecParty other) =>
        Demands.Where(pair => pair.Value.Party == one || pair.Value.Party == other).ToDictionary(pair => pair.Key, pair => pair.Value.Text);

    private static SpecDemand Registry(string text) => new(SpecParty.Registry, text);

    private static SpecDemand Client(string text) => new(SpecParty.Client, text);

    private static SpecDemand Both(string text) => new(SpecParty.Both, text);

    private static SpecDemand Other(string text) => new(SpecParty.Other, text);
}
