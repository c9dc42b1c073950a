using System.Collections.Concurrent;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Referrers;

/// <summary>distribution-spec, "Pushing Manifests with Subject", at a registry without the referrers API.</summary>
public sealed class RepositoryReferrersTests
{
    private static readonly Descriptor Subject = Descriptor.Create(MediaTypes.ImageManifest, "subject"u8.ToArray());
    private static readonly string ListPath = $"/v2/a/manifests/sha256-{Subject.Digest.Hex}";

    [Fact]
    [Must("spec.md#unavailable-referrers-api-1", "spec.md#pushing-a-manifest-with-a-subject-field-4")]
    public async Task Push_ByManyAtOnce_RecordsEachInTheList()
    {
        var store = new ConcurrentDictionary<string, byte[]>();
        await using var registry = new ScriptedRegistry(e => ServeAsync(e, store));
        using RegistryClient client = registry.CreateClient();
        byte[][] referrers = [.. Enumerable.Range(0, 12).Select(Referrer)];

        // Each from a Repository of its own, as callers make them.
        await Task.WhenAll(referrers.Select(content => client.Repository("a").Manifests.PushAsync(content, MediaTypes.ImageManifest)));

        Assert.Equal(
            referrers.Select(content => Digest.Compute(content).ToString()).Order(),
            ImageIndex.Parse(store[ListPath]).Manifests.Select(m => m.Digest.ToString()).Order());
    }

    [Fact]
    public async Task Push_WhereTheListHasASubjectOfItsOwn_Ends()
    {
        var store = new ConcurrentDictionary<string, byte[]>
        {
            [ListPath] = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [], Subject = Subject }.ToUtf8Bytes(),
        };
        await using var registry = new ScriptedRegistry(e => ServeAsync(e, store));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Referrer(0), MediaTypes.ImageManifest).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(ImageIndex.Parse(store[ListPath]).Manifests);
    }

    private static byte[] Referrer(int number) => new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        ArtifactType = $"application/x.test{number}",
        Config = Descriptor.Create(MediaTypes.Empty, "{}"u8.ToArray()),
        Layers = [],
        Subject = Subject,
    }.ToUtf8Bytes();

    private static async Task ServeAsync(Exchange exchange, ConcurrentDictionary<string, byte[]> store)
    {
        if (exchange.Method == "PUT")
        {
            store[exchange.Path] = await exchange.ReadBodyAsync();
            await exchange.RespondAsync(201);
        }
        else if (store.TryGetValue(exchange.Path, out byte[]? content))
        {
            await exchange.RespondAsync(200, content, $"Content-Type: {MediaTypes.ImageIndex}");
        }
        else
        {
            await exchange.RespondAsync(404);
        }
    }
}
