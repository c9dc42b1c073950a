using FsCheck;
using FsCheck.Fluent;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class LayerEntriesTests
{
    [Fact]
    public void Contains_WhatWasAddedAndNothingElse() =>
        Prop.ForAll(ArbMap.Default.ArbFor<Tuple<ulong, byte[]>[]>(), ArbMap.Default.ArbFor<Tuple<ulong, byte[]>>(), (added, other) =>
        {
            var entries = new LayerEntries();
            foreach ((ulong directory, byte[] name) in added)
            {
                entries.Add(directory, name);
                entries.Add(directory, name);
            }
            return added.All(key => entries.Contains(key.Item1, key.Item2))
                && entries.Contains(other.Item1, other.Item2) == added.Any(key => key.Item1 == other.Item1 && key.Item2.AsSpan().SequenceEqual(other.Item2));
        }).QuickCheckThrowOnFailure();
}
